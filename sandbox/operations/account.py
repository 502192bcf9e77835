"""GetAccount."""

from sandbox.service import Service
from sandbox.wire import Answer, Params


def get(service: Service, _params: Params, _size: int) -> Answer:
    """Quota, enforcement and suppression settings of a healthy production account."""
    faults = service.faults.now
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": True,
        "SendingEnabled": not faults.paused,
        "SendQuota": {
            "Max24HourSend": float(faults.daily_quota),
            "MaxSendRate": float(faults.max_send_rate),
            "SentLast24Hours": float(service.quota.sent_last_24_hours()),
        },
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }
