import pg from 'pg';
import type { Queryable } from './queryable';

/** What the service works as: the role of this name, or the owner of its tables, and why. */
type ServiceRole = { readonly name: string } | { readonly reason: string };

/**
 * Makes the role that the service works as, and gives it what the service needs: rows of all tables,
 * but of the ledger's transfers only to read them and to add some, and no table itself. What is right
 * already is left alone. See docs/decisions/the-role-of-the-service.md.
 * @param client a transaction of the tables' owner, after the migrations and under their lock
 */
export async function prepareServiceRole(client: Queryable): Promise<ServiceRole> {
  const name = await nameOfRole(client);
  const role = pg.escapeIdentifier(name);
  const refusedMaking = await attempt(client, async () => {
    const { rows } = await client.query('select from pg_roles where rolname = $1', [name]);
    if (rows.length === 0) await client.query(`create role ${role} nologin`);
  });
  if (refusedMaking !== undefined) {
    return unrestricted(`cannot create the role ${name}`, refusedMaking, role);
  }
  if ((await attempt(client, () => assumeOnce(client, role))) !== undefined) {
    const refused = await attempt(client, async () => {
      await client.query(`grant ${role} to current_user`);
      await assumeOnce(client, role);
    });
    if (refused !== undefined) return unrestricted(`is no member of ${name}`, refused, role);
  }
  await grantRows(client, name);
  return (await isHarmless(client, name))
    ? { name }
    : {
        reason:
          `the role ${name} can change the ledger's transfers or their table: it belongs to their ` +
          `owner, is a superuser, logs in, or was granted too much; drop owned by ${role}; drop ` +
          `role ${role}; and restart the service, which makes it again`,
      };
}

/** Of this database: roles are the server's, and a member of one may do what it may anywhere. */
async function nameOfRole(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select left(current_database(), 55) || '_service' as name`,
  );
  return rows[0]?.name ?? '';
}

async function assumeOnce(client: Queryable, role: string): Promise<void> {
  await client.query(`set local role ${role}`);
  await client.query('set local role none');
}

/** @returns what PostgreSQL says against it; the transaction goes on either way */
async function attempt(client: Queryable, work: () => Promise<void>): Promise<string | undefined> {
  await client.query('savepoint attempt');
  try {
    await work();
    await client.query('release savepoint attempt');
    return undefined;
  } catch (error) {
    await client.query('rollback to savepoint attempt');
    await client.query('release savepoint attempt');
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the service may do with the rows of a table; select with all of them. */
const rowsOf: Readonly<Record<string, string>> = {
  transfers: 'select, insert',
  schema_migrations: 'select',
};
const all = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'];
const rowsOfOthers = 'select, insert, update, delete';

/** Grants that are there already are not written again: each would be a change of the catalogue. */
async function grantRows(client: Queryable, name: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select current_schema() as schema, tablename as name from pg_tables
      where schemaname = current_schema() order by tablename`,
  );
  const schema = rows[0]?.schema;
  if (schema === undefined) return;
  const needsSchema = await lacks(client, `has_schema_privilege($1, $2, 'usage')`, [name, schema]);
  if (needsSchema) {
    await client.query(`grant usage on schema ${pg.escapeIdentifier(schema)} to ${role}`);
  }
  // A table that somebody makes later, such as the next version while this one runs.
  const { rows: defaults } = await client.query(
    `select from pg_default_acl where defaclacl::text like '%' || $1 || '=%'
        and defaclrole = current_user::regrole and defaclobjtype = 'r'`,
    [name],
  );
  if (defaults.length === 0) {
    await client.query(
      `alter default privileges in schema ${pg.escapeIdentifier(schema)}
         grant ${rowsOfOthers} on tables to ${role}`,
    );
  }
  for (const table of rows) {
    const wanted = rowsOf[table.name] ?? rowsOfOthers;
    const path = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table.name)}`;
    const has = wanted.split(', ').map((each) => `has_table_privilege($1, $2, '${each}')`);
    if (await lacks(client, has.join(' and '), [name, path])) {
      await client.query(`grant ${wanted} on ${path} to ${role}`);
    }
    const others = all.filter((each) => !wanted.split(', ').includes(each));
    const hasMore = `has_table_privilege($1, $2, '${others.join(', ')}')`;
    if (!(await lacks(client, hasMore, [name, path]))) {
      await client.query(`revoke ${others.join(', ')} on ${path} from ${role}`);
    }
  }
}

async function lacks(client: Queryable, condition: string, values: unknown[]): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(`select ${condition} as has`, values);
  return rows[0]?.has !== true;
}

async function isHarmless(client: Queryable, name: string): Promise<boolean> {
  const { rows } = await client.query<{ harmless: boolean }>(
    `select not r.rolsuper and not r.rolcanlogin and not r.rolcreaterole
            and not pg_has_role(r.oid, t.relowner, 'member')
            and not has_table_privilege(r.oid, t.oid, 'update, delete, truncate, trigger')
              as harmless
       from pg_roles r, pg_class t
      where r.rolname = $1 and t.oid = 'transfers'::regclass`,
    [name],
  );
  return rows[0]?.harmless === true;
}

function unrestricted(what: string, said: string, role: string): ServiceRole {
  return {
    reason:
      `the user of the service ${what} (${said}), and so works as the owner of the ledger's table; ` +
      `as an administrator: create role ${role} nologin; grant ${role} to the user of the ` +
      'service; and restart it',
  };
}
