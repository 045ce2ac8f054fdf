"""A million members in 160,000 communities: rows of one community copied into all the others, by SQL.

What is looked at is filled by the portal itself (`demo district`), with everything sealed. The others only stand
around it: their rows are copies under other keys, found by the same indexes, in the order in which people came.
"""

import random

import psycopg
from psycopg import sql

from portal.tenancy.levels import Level, tenant_id_for

FIRST_CODE = 610_000_000_000  # no community that is looked at
SPREAD = 1.0


def sizes(communities: int, members: int, seed: int = 3) -> list[int]:
    """Give each community's number of members, log-normal and at least one, with this very sum."""
    dice = random.Random(seed)
    drawn = [dice.lognormvariate(0, SPREAD) for _ in range(communities)]
    spare = members - communities
    whole = sum(drawn)
    found = [1 + int(spare * each / whole) for each in drawn]
    for place in range(members - sum(found)):
        found[place % communities] += 1
    return found


def crowd(connection: psycopg.Connection, source: int, *, communities: int, members: int) -> None:
    """Add so many communities with so many members in all, copied from the community `source`."""
    connection.execute("SET session_replication_role = replica")  # the copies' keys are right by construction
    connection.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
    _make_communities(connection, communities, members)
    _number_the_source(connection, source)
    _copy_organizations(connection, source)
    for table, owner in (("party_member", "id"), ("party_member_past", "row_id")):
        _copy_people(connection, table, owner, source)
    connection.execute("SET session_replication_role = origin")


def _make_communities(connection: psycopg.Connection, communities: int, members: int) -> None:
    """Write the tenants, and who of the source's members is copied into which."""
    connection.execute("CREATE TEMP TABLE wanted (tenant_id bigint, code text, first int, size int)")
    dice = random.Random(4)
    with connection.cursor().copy("COPY wanted FROM STDIN") as copy:
        for place, size in enumerate(sizes(communities, members)):
            code = str(FIRST_CODE + place)
            copy.write_row((tenant_id_for(code, Level.COMMUNITY), code, dice.randrange(1_000_000), size))
    connection.execute(
        "INSERT INTO tenant (id, code, name, level, parent_id)"
        " SELECT tenant_id, code, '演示社区', 'community', 0 FROM wanted"
    )


def _number_the_source(connection: psycopg.Connection, source: int) -> None:
    connection.execute(
        "CREATE TEMP TABLE model AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place"
        " FROM party_member WHERE tenant_id = %s",
        [source],
    )
    connection.execute(
        "CREATE TEMP TABLE copies AS SELECT w.tenant_id, m.id FROM wanted w"
        " CROSS JOIN LATERAL generate_series(0, w.size - 1) n"
        " JOIN model m ON m.place = (w.first + n) % (SELECT count(*) FROM model)"
    )
    connection.execute("ANALYZE copies")


def _copy_organizations(connection: psycopg.Connection, source: int) -> None:
    """Give each community the source's committee and one branch."""
    for number, condition in enumerate(("parent_id IS NULL", "parent_id IS NOT NULL AND kind = 'BRANCH'")):
        changed = {
            "tenant_id": "w.tenant_id",
            "id": f"md5(w.tenant_id || ':{number}')::uuid",
            "parent_id": "NULL" if number == 0 else "md5(w.tenant_id || ':0')::uuid",
        }
        names, values = _columns(connection, "party_organization", changed)
        connection.execute(
            sql.SQL(
                "INSERT INTO party_organization ({}) SELECT {} FROM wanted w CROSS JOIN"
                " (SELECT * FROM party_organization WHERE tenant_id = {} AND {} ORDER BY id LIMIT 1) s"
            ).format(names, values, sql.Literal(source), sql.SQL(condition))
        )


def _copy_people(connection: psycopg.Connection, table: str, owner: str, source: int) -> None:
    """Copy members, or their earlier states, and mix them with the source's own: nobody's rows lie in one piece."""
    changed = {
        "tenant_id": "c.tenant_id",
        "organization_id": "md5(c.tenant_id || ':1')::uuid",
        "id": "md5(c.tenant_id || s.id::text)::uuid",
    }
    if owner != "id":
        changed[owner] = f"md5(c.tenant_id || s.{owner}::text)::uuid"
    names, values = _columns(connection, table, changed)
    parts = {"table": sql.Identifier(table), "names": names, "values": values, "owner": sql.Identifier(owner)}
    parts["source"] = sql.Literal(source)
    connection.execute(sql.SQL("CREATE TEMP TABLE own AS SELECT * FROM {table}").format(**parts))
    connection.execute(sql.SQL("DELETE FROM {table}").format(**parts))
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {names} FROM (SELECT {names} FROM own UNION ALL"
            " SELECT {values} FROM copies c JOIN own s ON s.{owner} = c.id AND s.tenant_id = {source}) AS everybody"
            " ORDER BY random()"
        ).format(**parts)
    )
    connection.execute("DROP TABLE own")


def _columns(connection: psycopg.Connection, table: str, changed: dict[str, str]) -> tuple[sql.Composed, sql.Composed]:
    """Give a table's columns, whatever they are by now, and for each the source's value or the changed one."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    ).fetchall()
    names = [row[0] for row in rows]
    values = [sql.SQL(changed[name]) if name in changed else sql.SQL("s.") + sql.Identifier(name) for name in names]
    return sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(values)


def only(connection: psycopg.Connection, tenant_id: int) -> None:
    """Take every other community's rows out of a database."""
    connection.execute("SET session_replication_role = replica")
    tables = connection.execute(
        "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    for (table,) in tables:
        connection.execute(
            sql.SQL("DELETE FROM {} WHERE tenant_id <> %s AND tenant_id <> 0").format(sql.Identifier(table)),
            [tenant_id],
        )
    connection.execute("DELETE FROM tenant WHERE level = 'community' AND id <> %s", [tenant_id])
    connection.execute("SET session_replication_role = origin")
