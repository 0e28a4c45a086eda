"""The number a phone had before it was locked out and signed in anew; and an index for the files of a phone."""

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE device ADD COLUMN former BIGINT",
    "CREATE INDEX device_former ON device (former) WHERE former IS NOT NULL",
    "CREATE INDEX rescue_device ON rescue (device, brought_at)",
)
