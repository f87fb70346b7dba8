"""The local cluster keeps the rules of deployment, as far as files can tell without an engine."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest
import yaml

from shared.engine.service import STOP_SECONDS_MAX
from shared.engine.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

Document = dict[str, object]


def load(path: Path) -> Document:
    return cast("Document", yaml.safe_load(path.read_text()))


def part(document: object, *keys: str) -> Document:
    """Return the mapping found under the keys, one inside the other; empty where there is none."""
    for key in keys:
        document = cast("Document", document).get(key, {})
    return cast("Document", document)


def texts(document: Document, key: str) -> list[str]:
    """Return the list under the key, its entries as texts."""
    return [str(entry) for entry in cast("list[object]", document.get(key, []))]


def settings_of(service: str) -> type[ServiceSettings]:
    """Return the class of the service's settings."""
    module = import_module(f"{service.replace('-', '_')}.settings")
    return cast("type[ServiceSettings]", module.Settings)


COMPOSE = load(ROOT / "docker-compose.yml")
SERVICES = {name: cast("Document", service) for name, service in part(COMPOSE, "services").items()}
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ENVIRONMENTS = {name: part(service, "environment") for name, service in OURS.items()}

all_services = pytest.mark.parametrize("name", SERVICES)
our_services = pytest.mark.parametrize("name", OURS)


def test_the_four_services_are_built_here() -> None:
    assert set(OURS) == {"planner", "hub", "consensus", "agent-worker"}


@all_services
def test_every_container_says_whether_it_is_well(name: str) -> None:
    assert part(SERVICES[name], "healthcheck")["test"]


@all_services
def test_every_container_has_limits(name: str) -> None:
    limits = part(SERVICES[name], "deploy", "resources", "limits")
    assert limits.keys() == {"cpus", "memory", "pids"}


@all_services
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    _, _, tag = str(SERVICES[name]["image"]).partition(":")
    assert re.match(r"v?\d+\.\d+", tag), f"{name} runs {SERVICES[name]['image']}"


@all_services
def test_every_container_is_stripped_of_rights(name: str) -> None:
    service = SERVICES[name]
    assert texts(service, "cap_drop") == ["ALL"]
    assert "no-new-privileges:true" in texts(service, "security_opt")
    assert "privileged" not in service
    assert service["init"] is True


@all_services
def test_no_container_writes_into_its_image(name: str) -> None:
    # Kafka's image renders its own configuration at the start.
    assert SERVICES[name].get("read_only", False) is (name != "kafka")


@all_services
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in texts(SERVICES[name], "ports"))


@all_services
def test_nobody_waits_for_a_container_that_merely_started(name: str) -> None:
    for awaited, condition in part(SERVICES[name], "depends_on").items():
        expected = "completed_successfully" if awaited == "credentials" else "healthy"
        assert condition == {"condition": f"service_{expected}"}


def test_no_password_stands_in_the_files() -> None:
    for service in SERVICES.values():
        for name, setting in part(service, "environment").items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert not re.search(r"://[^/]*:[^/]*@", str(setting))


@our_services
def test_an_environment_name_is_that_of_a_setting(name: str) -> None:
    known = {f"ARGOSY_{field.upper()}" for field in settings_of(name).model_fields}
    assert ENVIRONMENTS[name].keys() <= known


@our_services
def test_a_default_in_the_file_is_taken_by_the_settings(name: str) -> None:
    chosen = {
        key.removeprefix("ARGOSY_").lower(): re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(setting))
        for key, setting in ENVIRONMENTS[name].items()
    }
    assert settings_of(name).model_validate(chosen).http_host == "0.0.0.0"


@our_services
def test_a_container_is_not_killed_before_its_process_gave_up(name: str) -> None:
    grace = str(OURS[name]["stop_grace_period"]).removesuffix("s")
    assert int(grace) > STOP_SECONDS_MAX


def test_there_can_be_many_agents() -> None:
    assert not OURS["agent-worker"].keys() & {"container_name", "ports", "hostname"}


@our_services
def test_each_image_has_its_stage_in_the_dockerfile(name: str) -> None:
    stage = part(OURS[name], "build")["target"]
    package = name.replace("-", "_")
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert re.search(
        rf'FROM runtime AS {stage}\nCOPY [^\n]+\nENTRYPOINT \["python", "-m", "{package}"\]',
        dockerfile,
    )


def test_images_run_as_nobody_in_particular() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert "USER 10001:10001" in dockerfile.partition("AS runtime")[2]


def test_images_and_setup_use_the_same_uv() -> None:
    setup = re.search(r"UV_VERSION=(\S+)", (ROOT / "tools" / "setup.sh").read_text())
    assert setup is not None
    assert f"uv=={setup[1]}\n" in (DEPLOY / "Dockerfile").read_text()


def scraped_hosts() -> Iterator[str]:
    jobs = cast("list[Document]", load(DEPLOY / "prometheus" / "prometheus.yml")["scrape_configs"])
    for job in jobs:
        for static in cast("list[Document]", job.get("static_configs", [])):
            yield from (target.split(":")[0] for target in texts(static, "targets"))
        for found in cast("list[Document]", job.get("dns_sd_configs", [])):
            yield from texts(found, "names")


def test_prometheus_watches_every_part() -> None:
    assert set(scraped_hosts()) == {*OURS, "localhost"}


def test_every_measure_on_the_dashboard_is_measured() -> None:
    dashboard = (DEPLOY / "grafana" / "dashboards" / "overview.json").read_text()
    metrics = (ROOT / "shared" / "src" / "shared" / "engine" / "metrics.py").read_text()
    shown = {name.removesuffix("_bucket") for name in re.findall(r"argosy_\w+", dashboard)}
    assert shown <= set(re.findall(r'"(argosy_\w+)"', metrics))
    assert json.loads(dashboard)["title"]


def test_every_mounted_file_is_there() -> None:
    for service in SERVICES.values():
        for volume in texts(service, "volumes"):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists()
