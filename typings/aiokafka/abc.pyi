from abc import ABC, abstractmethod

from aiokafka.structs import TopicPartition

class ConsumerRebalanceListener(ABC):
    @abstractmethod
    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None: ...
    @abstractmethod
    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None: ...
