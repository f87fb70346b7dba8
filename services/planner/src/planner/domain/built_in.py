from planner.domain.model.tasks import Domain
def data_domain() -> Domain:
    raise NotImplementedError
