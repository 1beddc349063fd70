"""Every GraphQL document we send to Shopify, API version 2026-10. A test validates each against the real schema."""

from __future__ import annotations

INSTALLATION = """
query InstallationCheck {
  shop { id name myshopifyDomain currencyCode ianaTimezone plan { publicDisplayName shopifyPlus partnerDevelopment } }
  currentAppInstallation { id accessScopes { handle } }
}
"""

_minimum = """
minimumRequirement {
  ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
  ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
}"""
_same = """
title status startsAt endsAt tags usageLimit appliesOncePerCustomer
combinesWith { orderDiscounts productDiscounts shippingDiscounts }"""
_off = """
... on DiscountPercentage { percentage }
... on DiscountAmount { amount { amount } appliesOnEachItem }"""


def _items(products: str, variants: str, collections: str) -> str:
    """Points are counted by what a list may hold, so each says how many it is looked at for."""
    return f"""
items {{
  ... on DiscountProducts {{
    products(first: {products}) {{ nodes {{ id }} }}
    productVariants(first: {variants}) {{ nodes {{ id }} }}
  }}
  ... on DiscountCollections {{ collections(first: {collections}) {{ nodes {{ id }} }} }}
}}"""


_kept = f"""
... on DiscountCodeBasic {{
  {_same} {_minimum}
  customerGets {{
    appliesOnOneTimePurchase appliesOnSubscription
    value {{ {_off} }}
    {_items("$first", "$first", "$first")}
  }}
}}
... on DiscountCodeFreeShipping {{ {_same} {_minimum} appliesOnOneTimePurchase appliesOnSubscription }}
... on DiscountCodeBxgy {{
  {_same}
  customerBuys {{
    value {{
      ... on DiscountQuantity {{ quantity }}
      ... on DiscountPurchaseAmount {{ amount }}
    }}
    {_items("$first", "1", "$first")}
  }}
  customerGets {{
    value {{ ... on DiscountOnQuantity {{ quantity {{ quantity }} effect {{ {_off} }} }} }}
    {_items("1", "2", "1")}
  }}
}}"""
_dates = """
... on DiscountCodeBasic { status startsAt endsAt tags }
... on DiscountCodeFreeShipping { status startsAt endsAt tags }
... on DiscountCodeBxgy { status startsAt endsAt tags }"""


def _written(name: str, act: str, mutation: str, argument: str, input: str) -> str:
    """A create or an update that answers with everything the store now keeps."""
    known, passed = ("$id: ID!, ", "id: $id, ") if act == "Update" else ("", "")
    return f"""
mutation {name}{act}({known}$input: {input}!, $first: Int!) {{
  {mutation}{act}({passed}{argument}: $input) {{
    codeDiscountNode {{ id codeDiscount {{ {_kept} }} }}
    userErrors {{ field code message }}
  }}
}}
"""


_basic = ("discountCodeBasic", "basicCodeDiscount", "DiscountCodeBasicInput")
_free_shipping = ("discountCodeFreeShipping", "freeShippingCodeDiscount", "DiscountCodeFreeShippingInput")
_bxgy = ("discountCodeBxgy", "bxgyCodeDiscount", "DiscountCodeBxgyInput")

DISCOUNT_BASIC_CREATE = _written("Offer", "Create", *_basic)
DISCOUNT_BASIC_UPDATE = _written("Offer", "Update", *_basic)
DISCOUNT_FREE_SHIPPING_CREATE = _written("OfferFreeShipping", "Create", *_free_shipping)
DISCOUNT_FREE_SHIPPING_UPDATE = _written("OfferFreeShipping", "Update", *_free_shipping)
DISCOUNT_BXGY_CREATE = _written("OfferBxgy", "Create", *_bxgy)
DISCOUNT_BXGY_UPDATE = _written("OfferBxgy", "Update", *_bxgy)

DISCOUNT_ACTIVATE = f"""
mutation OfferActivate($id: ID!) {{
  discountCodeActivate(id: $id) {{
    codeDiscountNode {{ id codeDiscount {{ {_dates} }} }}
    userErrors {{ field code message }}
  }}
}}
"""

DISCOUNT_DEACTIVATE = f"""
mutation OfferDeactivate($id: ID!) {{
  discountCodeDeactivate(id: $id) {{
    codeDiscountNode {{ id codeDiscount {{ {_dates} }} }}
    userErrors {{ field code message }}
  }}
}}
"""

DISCOUNT_ENDS = {
    "DiscountCodeBasic": """
mutation OfferEnds($id: ID!, $endsAt: DateTime) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: {endsAt: $endsAt}) {
    codeDiscountNode { id codeDiscount { ... on DiscountCodeBasic { status startsAt endsAt tags } } }
    userErrors { field code message }
  }
}
""",
    "DiscountCodeFreeShipping": """
mutation OfferFreeShippingEnds($id: ID!, $endsAt: DateTime) {
  discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: {endsAt: $endsAt}) {
    codeDiscountNode { id codeDiscount { ... on DiscountCodeFreeShipping { status startsAt endsAt tags } } }
    userErrors { field code message }
  }
}
""",
    "DiscountCodeBxgy": """
mutation OfferBxgyEnds($id: ID!, $endsAt: DateTime) {
  discountCodeBxgyUpdate(id: $id, bxgyCodeDiscount: {endsAt: $endsAt}) {
    codeDiscountNode { id codeDiscount { ... on DiscountCodeBxgy { status startsAt endsAt tags } } }
    userErrors { field code message }
  }
}
""",
}
"""By the discount's kind: an end date alone."""

DISCOUNT_KIND = """
query DiscountKind($id: ID!) {
  discountNode(id: $id) { id discount { __typename } }
}
"""

DISCOUNT_TERMS = f"""
query DiscountTerms($id: ID!, $first: Int!) {{
  discountNode(id: $id) {{ id discount {{ __typename {_kept} }} }}
}}
"""

DISCOUNT_BY_CODE = f"""
query DiscountByCode($code: String!) {{
  codeDiscountNodeByCode(code: $code) {{ id codeDiscount {{ {_dates} }} }}
}}
"""

STORE_SAYS = """
query StoreSays($variant: ID!, $priced: Boolean!) {
  shop { features { sellsSubscriptions } }
  productVariant(id: $variant) @include(if: $priced) { id price }
}
"""

PRODUCTS_SEARCH = """
query ProductsSearch($query: String, $first: Int!) {
  products(first: $first, query: $query, sortKey: TITLE) {
    nodes { id title featuredMedia { preview { image { url } } } priceRangeV2 { minVariantPrice { amount } } }
  }
}
"""

VARIANTS_SEARCH = """
query VariantsSearch($query: String, $first: Int!) {
  productVariants(first: $first, query: $query, sortKey: TITLE) {
    nodes { id displayName price product { featuredMedia { preview { image { url } } } } }
  }
}
"""

COLLECTIONS_SEARCH = """
query CollectionsSearch($query: String, $first: Int!) {
  collections(first: $first, query: $query, sortKey: TITLE) { nodes { id title image { url } } }
}
"""

CODES_BULK_ADD = """
mutation CodesBulkAdd($discountId: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $discountId, codes: $codes) {
    bulkCreation { id }
    userErrors { field code message }
  }
}
"""

CODES_BULK_STATUS = """
query CodesBulkCreationStatus($id: ID!) {
  discountRedeemCodeBulkCreation(id: $id) { id done codesCount importedCount failedCount }
}
"""

CODES_BULK_RESULT = """
query CodesBulkCreationResult($id: ID!, $first: Int!, $after: String) {
  discountRedeemCodeBulkCreation(id: $id) {
    id
    codes(first: $first, after: $after) {
      nodes {
        code
        discountRedeemCode { id }
        errors { code message }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

CODES_BULK_DELETE = """
mutation CodesBulkDelete($discountId: ID!, $ids: [ID!]!) {
  discountCodeRedeemCodeBulkDelete(discountId: $discountId, ids: $ids) {
    job { id done }
    userErrors { field code message }
  }
}
"""

JOB_STATUS = """
query JobStatus($id: ID!) {
  job(id: $id) { id done }
}
"""

BULK_QUERY_RUN = """
mutation BulkQueryRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { field code message }
  }
}
"""

BULK_OPERATION = """
query BulkOperationStatus($id: ID!) {
  bulkOperation(id: $id) { id status errorCode url }
}
"""

BULK_DISCOUNT_CODES = """
{
  discountNodes(query: "id:%d") {
    edges {
      node {
        id
        discount {
          ... on DiscountCodeBasic { codes { edges { node { id code } } } }
          ... on DiscountCodeFreeShipping { codes { edges { node { id code } } } }
          ... on DiscountCodeBxgy { codes { edges { node { id code } } } }
        }
      }
    }
  }
}
"""
"""The inner query of a bulk operation; %d is the number in the discount's id."""


def codes_by_text(count: int) -> str:
    """One look-up for many codes: variables c0, c1 …, answers under the same names. One cost point a code."""
    variables = ", ".join(f"$c{n}: String!" for n in range(count))
    fields = "\n".join(f"  c{n}: codeDiscountNodeByCode(code: $c{n}) {{ id }}" for n in range(count))
    return f"query CodesByText({variables}) {{\n{fields}\n}}"


def code_ids_by_text(count: int) -> str:
    """The same with the codes' own ids, where the search shows them."""
    variables = ", ".join(f"$c{n}: String!" for n in range(count))
    kinds = "\n".join(
        f"... on {kind} {{ codes(first: 5, query: $c%d) {{ nodes {{ id code }} }} }}"
        for kind in ("DiscountCodeBasic", "DiscountCodeFreeShipping", "DiscountCodeBxgy", "DiscountCodeApp")
    )
    fields = "\n".join(
        f"  c{n}: codeDiscountNodeByCode(code: $c{n}) {{ id codeDiscount {{ {kinds.replace('%d', str(n))} }} }}"
        for n in range(count)
    )
    return f"query CodeIdsByText({variables}) {{\n{fields}\n}}"
