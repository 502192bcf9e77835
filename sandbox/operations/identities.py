"""What ``doctor`` asks about: the sending identity, the configuration set, and where its events go."""

from sandbox.aws import EVENT_DESTINATION, EVENT_TYPES
from sandbox.errors import not_found
from sandbox.rules import is_verified
from sandbox.service import Service
from sandbox.wire import Answer, Params


def get_identity(service: Service, params: Params, _size: int) -> Answer:
    """GetEmailIdentity. What is not verified does not exist here."""
    identity = params["EmailIdentity"]
    if not is_verified(identity, service.options.identities):
        raise not_found(f"Email identity {identity} does not exist.")
    domain = identity.rpartition("@")[2]
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in identity else "DOMAIN",
        "FeedbackForwardingStatus": False,
        "VerifiedForSendingStatus": True,
        "VerificationStatus": "SUCCESS",
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": "SUCCESS",
            "SigningAttributesOrigin": "AWS_SES",
            "CurrentSigningKeyLength": "RSA_2048_BIT",
        },
        "MailFromAttributes": {
            "MailFromDomain": f"bounce.{domain}",
            "MailFromDomainStatus": "SUCCESS",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        },
    }


def get_configuration_set(service: Service, params: Params, _size: int) -> Answer:
    """GetConfigurationSet."""
    name = _existing(service, params)
    return {
        "ConfigurationSetName": name,
        "ReputationOptions": {"ReputationMetricsEnabled": True},
        "SendingOptions": {"SendingEnabled": not service.faults.now.paused},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }


def get_event_destinations(service: Service, params: Params, _size: int) -> Answer:
    """GetConfigurationSetEventDestinations: one SNS topic, or nothing without a hook."""
    _existing(service, params)
    if service.options.hook is None:
        return {"EventDestinations": []}
    destination = {
        "Name": EVENT_DESTINATION,
        "Enabled": True,
        "MatchingEventTypes": list(EVENT_TYPES),
        "SnsDestination": {"TopicArn": service.options.topic_arn},
    }
    return {"EventDestinations": [destination]}


def _existing(service: Service, params: Params) -> str:
    name: str = params["ConfigurationSetName"]
    if name not in service.options.configuration_sets:
        raise not_found(f"Configuration set <{name}> does not exist.")
    return name
