"""Views of shop, app, jobs and subscriptions as the Admin API shows them: one dictionary per object.

Fields are made when they are read. A field that is not in its view is refused by name, so that nobody takes "not served
here" for "null in the store".
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.clock import now
from sandbox.money import text
from sandbox.shopify.bulk import Job
from sandbox.shopify.connections import View
from sandbox.shopify.context import Context
from sandbox.shopify.gids import gid
from sandbox.shopify.operations import Operation
from sandbox.shopify.shops import ApiSubscription

PLAN_NAMES = {"basic": "Basic", "standard": "Grow", "advanced": "Advanced", "plus": "Plus", "enterprise": "Enterprise"}
COUNT_LIMIT = 10_000


def money(amount: Decimal, currency: str) -> View:
    return {"__typename": "MoneyV2", "amount": text(amount, currency), "currencyCode": currency}


def shop_view(context: Context) -> View:
    facts = context.shop.facts
    offset = now().astimezone(ZoneInfo(facts.time_zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    return {
        "__typename": "Shop",
        "id": gid("Shop", facts.id),
        "name": facts.name,
        "myshopifyDomain": facts.domain,
        "url": f"https://{facts.domain}",
        "primaryDomain": {
            "id": gid("Domain", facts.id),
            "host": facts.domain,
            "url": f"https://{facts.domain}",
            "sslEnabled": True,
        },
        "currencyCode": facts.currency,
        "enabledPresentmentCurrencies": [facts.currency],
        "ianaTimezone": facts.time_zone,
        "timezoneOffset": f"{sign}{size // 60:02}{size % 60:02}",
        "timezoneOffsetMinutes": minutes,
        "plan": {
            "publicDisplayName": PLAN_NAMES[facts.plan],
            "displayName": PLAN_NAMES[facts.plan],
            "shopifyPlus": facts.plan in ("plus", "enterprise"),
            "partnerDevelopment": False,
        },
        "features": {"sellsSubscriptions": True},
        "createdAt": facts.created_at,
        "taxesIncluded": True,
        "taxShipping": True,
    }


def installation_view(context: Context) -> View:
    settings, facts = context.world.settings, context.shop.facts
    handles = list(context.scopes)
    handles += [scope.replace("write_", "read_", 1) for scope in handles if scope.startswith("write_")]
    scopes = [
        {"handle": handle, "description": handle.replace("_", " ").capitalize()} for handle in dict.fromkeys(handles)
    ]
    app = {
        "id": gid("App", 1),
        "apiKey": settings.api_key,
        "handle": settings.app.handle,
        "title": settings.app.name,
        "embedded": True,
        "webhookApiVersion": settings.app.api_version,
    }
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", facts.installation_id),
        "accessScopes": scopes,
        "app": app,
        "activeSubscriptions": [],
        "launchUrl": f"{settings.base_url}/store/{facts.handle}/apps/{settings.app.handle}",
        "uninstallUrl": None,
    }


def count_view(number: int, limit: int | None = COUNT_LIMIT) -> View:
    """Counts are exact up to the limit, as Shopify gives them."""
    if limit is not None and number > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": number, "precision": "EXACT"}


def operation_view(context: Context, operation: Operation) -> View:
    url = f"{context.world.settings.base_url}/bulk/{operation.file}" if operation.file else None
    return {
        "__typename": "BulkOperation",
        "id": gid("BulkOperation", operation.id),
        "type": operation.kind,
        "status": operation.status,
        "errorCode": operation.error_code,
        "query": operation.query,
        "createdAt": operation.created_at,
        "completedAt": operation.completed_at,
        "objectCount": str(operation.object_count),
        "rootObjectCount": str(operation.root_count),
        "fileSize": str(operation.file_size) if operation.file else None,
        "url": url if operation.object_count else None,
        "partialDataUrl": None,
    }


def subscription_view(context: Context, subscription: ApiSubscription) -> View:
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", subscription.id),
        "legacyResourceId": str(subscription.id),
        "topic": subscription.topic.replace("/", "_").upper(),
        "uri": subscription.uri,
        "filter": subscription.filter,
        "includeFields": subscription.include_fields,
        "format": "JSON",
        "name": None,
        "metafieldNamespaces": [],
        "createdAt": subscription.created_at,
        "updatedAt": subscription.updated_at,
    }


def job_view(job: Job) -> View:
    return {"__typename": "Job", "id": f"gid://shopify/Job/{job.id}", "done": job.done}
