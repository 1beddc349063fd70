"""The merchant's whole way on a WooCommerce store, by the companion plugin and without it: a code for each of twenty
people, then all that happens to orders. What the app counts is what the store's own books say.
"""

import pytest

PEOPLE = 20
TAXED = {"tax_rate": "0.19", "prices_include_tax": True, "shipping": "4.90"}


# Whatever else is waited on: where it hangs, the report shows what each thread is doing.
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=["plugin", "keys"])
def connected(request, site):
    return site.by_plugin() if request.param == "plugin" else site.by_keys()


def test_from_connecting_to_the_last_refund(connected):
    shop = connected.shop
    offer = connected.offer(PEOPLE)
    assert offer["counts"]["live"] == PEOPLE
    assert {code["code"].lower() for code in connected.codes(offer)} == set(shop.published())
    codes = [code["code"] for code in connected.codes(offer)]

    placed = [shop.order([code], f"{40 + 7 * number}.50", **TAXED) for number, code in enumerate(codes)]
    connected.settle()
    assert connected.sums(offer) == connected.books()
    assert len(connected.books()) == PEOPLE

    ids = [order["id"] for order in placed]
    shop.refund(ids[0], "12.34")
    shop.refund(ids[1], lines=[{"quantity": 1}], shipping=True)
    shop.refund(ids[2], placed[2]["total"])
    shop.status(ids[3], "cancelled")
    shop.status(ids[4], "failed")
    shop.trash(ids[5])
    shop.trash(ids[6])
    shop.restore(ids[6])
    shop.order([codes[7]], "20.00", email="bo@x.test", **TAXED)
    shop.erase(ids[8])
    taken_back = shop.refund(ids[9], "7.00")
    connected.settle()
    connected.reconcile()
    shop.delete_refund(ids[9], taken_back["id"])
    connected.settle()
    connected.at_night()
    assert connected.sums(offer) == connected.books()
    assert len(connected.books()) == PEOPLE - 4
    assert connected.books()[codes[7].upper()][0] == 2
