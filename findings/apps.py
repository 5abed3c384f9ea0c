from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "findings"

    def ready(self) -> None:
        from findings import doubt
        from indicators.editions import freezing

        freezing.ask_doubt(doubt.to_freeze)
