"""A language model behind any OpenAI-compatible endpoint, asked through pydantic-ai.

One question is one request: the actions on offer are tools, and the model must call exactly one.
Nothing is repeated here and nothing raises: whatever goes wrong is an outcome with its reason, and
the agent's rules go on from there. What an endpoint says about an error is not passed on, because
nobody knows what stands in it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
from openai import AsyncOpenAI, OpenAIError
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import AgentRunError, ModelHTTPError, UserError
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from agent_worker.capabilities.reasoning.bounded_answers import (
    AnswerTooLargeError,
    BoundedTransport,
)
from agent_worker.domain.actions import OfferedAction, ThoughtOutcome, ThoughtRequest

CONNECTIONS_MAX = 8
"""As many questions at once as an agent has streams, or fewer; the others wait for a turn."""

NO_KEY = "none"
"""Sent where no key is set: endpoints on one's own machine mostly ask for none."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where models are asked."""

    url: str
    """Up to and without `/chat/completions`."""
    api_key: str = field(default="", repr=False)


class ModelReasoner:
    """Asks a model; it is safe to ask several questions at once."""

    def __init__(self, endpoint: Endpoint) -> None:
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
        self._http = httpx2.AsyncClient(
            transport=BoundedTransport(httpx2.AsyncHTTPTransport(limits=limits)),
            headers={"Accept-Encoding": "identity"},
        )
        client = AsyncOpenAI(
            base_url=endpoint.url,
            api_key=endpoint.api_key or NO_KEY,
            http_client=self._http,
            max_retries=0,
        )
        self._provider = OpenAICompatibleProvider("argosy", openai_client=client)

    async def stop(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def think(self, request: ThoughtRequest) -> ThoughtOutcome:
        """Return what the model chose, or why there is no choice."""
        try:
            async with asyncio.timeout(request.timeout_seconds):
                response = await self._ask(request)
        except TimeoutError:
            return ThoughtOutcome(trouble=f"it did not answer within {request.timeout_seconds:g} s")
        except ModelHTTPError as error:
            return _unanswered(f"its endpoint answered with HTTP status {error.status_code}")
        except (AgentRunError, UserError, OpenAIError, httpx2.HTTPError, ValueError) as error:
            return _trouble_with(error)
        return _chosen_in(response)

    async def _ask(self, request: ThoughtRequest) -> ModelResponse:
        settings = ModelSettings(
            temperature=0,
            max_tokens=request.tokens_out_max,
            timeout=request.timeout_seconds,
            parallel_tool_calls=False,
            tool_choice="required",
        )
        parameters = ModelRequestParameters(
            function_tools=[_tool(offer) for offer in request.offers], allow_text_output=False
        )
        question = ModelRequest.user_text_prompt(
            request.question, instructions=request.instructions
        )
        return await model_request(
            OpenAIChatModel(request.model, provider=self._provider),
            [question],
            model_settings=settings,
            model_request_parameters=parameters,
        )


def _tool(offer: OfferedAction) -> ToolDefinition:
    return ToolDefinition(
        name=offer.name, description=offer.purpose, parameters_json_schema=offer.input_schema
    )


def _chosen_in(response: ModelResponse) -> ThoughtOutcome:
    """Return the one tool call of a response, with what the endpoint counted."""
    calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
    # An endpoint that counts no tokens at all has not counted.
    usage = response.usage
    is_counted = usage.input_tokens > 0 or usage.output_tokens > 0
    counted = ThoughtOutcome(
        tokens_in=usage.input_tokens if is_counted else None,
        tokens_out=usage.output_tokens if is_counted else None,
    )
    return counted.model_copy(update=_call_in(calls))


def _call_in(calls: Sequence[ToolCallPart]) -> dict[str, object]:
    if len(calls) != 1:
        chosen = f"{len(calls)} actions at once" if calls else "no action"
        return {"trouble": f"it chose {chosen}"}
    try:
        arguments = calls[0].args_as_dict(raise_if_invalid=True)
    except (ValueError, AssertionError):
        return {"trouble": "the input of its action is no JSON object"}
    return {"name": calls[0].tool_name, "arguments": arguments}


def _trouble_with(error: Exception) -> ThoughtOutcome:
    """Say what went wrong; whether the endpoint has worked for it decides what it is counted."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AnswerTooLargeError):
            return ThoughtOutcome(trouble=str(cause))
        if isinstance(cause, TimeoutError | httpx2.TimeoutException):
            return ThoughtOutcome(trouble="it did not answer in time")
        if isinstance(cause, httpx2.ConnectError):
            return _unanswered("its endpoint could not be reached")
        if isinstance(cause, httpx2.TransportError):
            return ThoughtOutcome(trouble="its connection broke off")
        cause = cause.__cause__ or cause.__context__
    return ThoughtOutcome(trouble=f"its answer could not be read ({type(error).__name__})")


def _unanswered(trouble: str) -> ThoughtOutcome:
    return ThoughtOutcome(trouble=trouble, tokens_in=0, tokens_out=0)
