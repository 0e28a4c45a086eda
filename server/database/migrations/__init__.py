"""The history of the database's shape: one line, oldest first. What has shipped is never edited, only added to."""

from server.database.migrations import (
    first,
    m0001_first,
    m0002_horizon,
    m0003_visits,
    m0004_administration,
    m0005_labels,
    m0006_feed,
    m0007_lists,
    m0008_walks,
    m0009_phones,
    m0010_waiting,
    m0011_held,
    m0012_rescue,
    m0013_former,
    m0014_log_by_record,
    m0015_why_erased,
    m0016_looks,
    m0017_orphans,
)
from server.database.migrations.history import Migration, MigrationError, applied, migrate

HISTORY: tuple[Migration, ...] = (
    Migration(1, "first", m0001_first.for_sqlite(), m0001_first.for_postgresql()),
    Migration(2, "horizon", m0002_horizon.STATEMENTS),
    Migration(3, "visits", first.for_sqlite(m0003_visits.TABLES), first.for_postgresql(m0003_visits.TABLES)),
    Migration(
        4,
        "administration",
        first.for_sqlite(m0004_administration.TABLES),
        first.for_postgresql(m0004_administration.TABLES),
    ),
    Migration(5, "labels", m0005_labels.STATEMENTS, first.for_postgresql(m0005_labels.STATEMENTS)),
    Migration(6, "feed", m0006_feed.SQLITE, m0006_feed.POSTGRESQL),
    Migration(7, "lists", m0007_lists.STATEMENTS),
    Migration(8, "walks", m0008_walks.STATEMENTS),
    Migration(9, "phones", m0009_phones.STATEMENTS),
    Migration(10, "waiting", first.for_sqlite(m0010_waiting.TABLES), first.for_postgresql(m0010_waiting.TABLES)),
    Migration(11, "held", m0011_held.STATEMENTS),
    Migration(12, "rescue", m0012_rescue.STATEMENTS),
    Migration(13, "former", m0013_former.STATEMENTS),
    Migration(14, "log_by_record", m0014_log_by_record.STATEMENTS),
    Migration(15, "why_erased", m0015_why_erased.STATEMENTS),
    Migration(16, "looks", m0016_looks.STATEMENTS),
    Migration(17, "orphans", m0017_orphans.STATEMENTS),
)

__all__ = ["HISTORY", "Migration", "MigrationError", "applied", "migrate"]
