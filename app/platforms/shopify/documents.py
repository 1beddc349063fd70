"""Every GraphQL document we send to Shopify, API version 2026-10. A test validates each against the real schema."""

from __future__ import annotations

INSTALLATION = """
query InstallationCheck {
  shop { id name myshopifyDomain currencyCode ianaTimezone plan { publicDisplayName shopifyPlus partnerDevelopment } }
  currentAppInstallation { id accessScopes { handle } }
}
"""

DISCOUNT_BASIC_CREATE = """
mutation OfferCreate($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_BASIC_UPDATE = """
mutation OfferUpdate($id: ID!, $input: DiscountCodeBasicInput!) {
  discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_FREE_SHIPPING_CREATE = """
mutation OfferFreeShippingCreate($input: DiscountCodeFreeShippingInput!) {
  discountCodeFreeShippingCreate(freeShippingCodeDiscount: $input) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_FREE_SHIPPING_UPDATE = """
mutation OfferFreeShippingUpdate($id: ID!, $input: DiscountCodeFreeShippingInput!) {
  discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: $input) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_ACTIVATE = """
mutation OfferActivate($id: ID!) {
  discountCodeActivate(id: $id) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_DEACTIVATE = """
mutation OfferDeactivate($id: ID!) {
  discountCodeDeactivate(id: $id) {
    codeDiscountNode {
      id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
    }
    userErrors { field code message }
  }
}
"""

DISCOUNT_KIND = """
query DiscountKind($id: ID!) {
  discountNode(id: $id) {
    id
    discount { __typename }
  }
}
"""

DISCOUNT_BY_CODE = """
query DiscountByCode($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
      codeDiscount {
        ... on DiscountCodeBasic { status startsAt endsAt tags }
        ... on DiscountCodeFreeShipping { status startsAt endsAt tags }
      }
  }
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
