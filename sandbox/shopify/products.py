"""The few goods that every stand-in store sells. Ids are the same in each store, so that nothing may rely on their
being unique.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Variant:
    id: int
    title: str
    price: Decimal


@dataclass(frozen=True)
class Product:
    id: int
    title: str
    handle: str
    colour: str
    """Tint of its picture on the storefront."""
    variants: tuple[Variant, ...]
    collections: tuple[int, ...]


@dataclass(frozen=True)
class Collection:
    id: int
    title: str
    handle: str


COLLECTIONS = (Collection(1, "Everyday", "everyday"), Collection(2, "Gifts", "gifts"))

PRODUCTS = (
    Product(1, "Linen apron", "linen-apron", "#c9b79c", (Variant(1, "One size", Decimal("40.00")),), (1,)),
    Product(
        2,
        "Stoneware mug",
        "stoneware-mug",
        "#8fa3ad",
        (Variant(2, "Grey", Decimal("18.00")), Variant(3, "Sand", Decimal("18.00"))),
        (1, 2),
    ),
    Product(3, "Olive oil soap", "olive-oil-soap", "#a3b18a", (Variant(4, "100 g", Decimal("7.50")),), (1,)),
    Product(
        4,
        "Beeswax candle",
        "beeswax-candle",
        "#e0b04c",
        (Variant(5, "Small", Decimal("12.00")), Variant(6, "Large", Decimal("24.00"))),
        (2,),
    ),
    Product(5, "Walnut board", "walnut-board", "#7f5539", (Variant(7, "30 cm", Decimal("55.00")),), (1,)),
    Product(6, "Tea sampler", "tea-sampler", "#b5838d", (Variant(8, "Six kinds", Decimal("22.00")),), (2,)),
)

BY_ID = {product.id: product for product in PRODUCTS}
BY_VARIANT = {variant.id: product for product in PRODUCTS for variant in product.variants}
VARIANTS = {variant.id: variant for product in PRODUCTS for variant in product.variants}
COLLECTIONS_BY_ID = {collection.id: collection for collection in COLLECTIONS}
