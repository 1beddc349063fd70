"""A buyer erased with WordPress' own tool is forgotten here too."""

import pytest
from sqlalchemy import select

from app.clock import now
from app.db import reading
from app.platforms.woocommerce.orders_payload import UnreadablePayload
from app.redemptions.models import Order
from app.stores.models import PrivacyRequest
from webhooks.woo_work import check
from webhooks.work import Taken


def keys_of_buyers():
    with reading() as session:
        return [key is not None for key in session.scalars(select(Order.customer_key).order_by(Order.id))]


def test_wordpress_eraser_makes_the_app_forget_the_buyer(site):
    connected = site.by_plugin()
    shop, offer = connected.shop, connected.offer()
    code = connected.codes(offer)[0]["code"]
    shop.order([code], "10.00", email="Ines@Buyer.example")
    shop.order([code], "20.00", email="other@buyer.example")
    connected.settle()
    assert keys_of_buyers() == [True, True]
    sums = connected.sums(offer)
    tool = f"{shop.url}/wp-admin/tools/erase-buyer"
    page = site.session.post(tool, data={"email": " ines@buyer.EXAMPLE"}, timeout=10)
    assert "erasure is done" in page.text
    connected.settle()
    assert keys_of_buyers() == [False, True]
    assert connected.sums(offer) == sums
    with reading() as session:
        request = session.scalars(select(PrivacyRequest)).one()
    assert (request.topic, request.customer_keys) == ("customers/redact", "")
    assert request.done_at is not None


@pytest.mark.parametrize("asked", [{}, [], "ines@buyer.example", {"email": " "}])
def test_an_erasure_of_nobody_is_put_aside(asked):
    taken = Taken(1, 1, "plugin.push", "push:1", now(), now(), 0, {"erase": asked})
    with pytest.raises(UnreadablePayload):
        check(taken)
