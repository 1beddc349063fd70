"""Every document we send is valid against Shopify's schema, uses nothing deprecated, and asks for few enough points."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from graphql import GraphQLSchema, NoDeprecatedCustomRule, build_schema, parse, specified_rules, validate

from app.platforms.shopify import documents, existing, orders

SCHEMA = Path(__file__).parent.parent.parent / "sandbox" / "schema" / "admin_schema_2026-10.graphql.gz"
NAMED = {name: text for name, text in vars(documents).items() if name.isupper() and isinstance(text, str)}
NAMED |= {
    "BULK_DISCOUNT_CODES": documents.BULK_DISCOUNT_CODES % 1,
    "codes_by_text(1)": documents.codes_by_text(1),
    "codes_by_text(200)": documents.codes_by_text(200),
    "code_ids_by_text(20)": documents.code_ids_by_text(20),
    "SEARCH": existing.SEARCH,
    "BY_CODE": existing.BY_CODE,
    "READ": existing.READ,
    "ORDERS_UPDATED": orders.ORDERS_UPDATED,
    "ORDER": orders.ORDER,
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(gzip.decompress(SCHEMA.read_bytes()).decode(), assume_valid=True)


@pytest.mark.parametrize("name", NAMED)
def test_a_document_is_valid(schema: GraphQLSchema, name: str) -> None:
    faults = validate(schema, parse(NAMED[name]), [*specified_rules, NoDeprecatedCustomRule])
    assert [fault.message for fault in faults] == []


def test_a_wrong_document_is_noticed(schema: GraphQLSchema) -> None:
    assert validate(schema, parse("query Wrong { codeDiscountNodeByCode(text: 1) { id } }"))
