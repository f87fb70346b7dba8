# What is used of pyspark, whose own annotations need pandas.
from subprocess import Popen
from typing import ClassVar

class _Gateway:
    proc: Popen[bytes]
    def shutdown(self) -> None: ...

class SparkContext:
    _gateway: ClassVar[_Gateway | None]
    _jvm: ClassVar[object]
    _active_spark_context: ClassVar[object]
