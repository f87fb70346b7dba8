"""What the environment says becomes the hub's limits."""

from hub.domain.limits import Limits
from hub.settings import Settings


def test_without_an_environment_the_limits_are_the_specifications() -> None:
    assert Settings.model_construct().limits() == Limits()


def test_each_setting_reaches_the_limits() -> None:
    settings = Settings(max_data_agents=3, data_health_check_interval=0.5, attempts_max=2)
    limits = settings.limits()
    assert (limits.agents_max, limits.attempts_max) == (3, 2)
    assert limits.grace.total_seconds() == 1.5
