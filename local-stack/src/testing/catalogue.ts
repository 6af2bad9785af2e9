import { query } from '../parts/postgres.ts';

/** Tables in which earlier releases recorded their migrations; the runner keeps them, so that an older program still finds them. */
const EARLIER_RECORDS = [
  'public.interest_migrations',
  'legacy.schm_ver',
  'adapter.schm_ver',
  'comparator.migration',
  'rollout.migration',
];

const OURS = `not in ('pg_catalog', 'information_schema', 'pg_toast', 'migration') and n.nspname !~ '^pg_(toast_)?temp_'`;

/** Rights as sorted text: the order of an access list depends on the order of its grants. */
const RIGHTS = (acl: string) =>
  `(select string_agg(format('%s=%s%s', coalesce(r.rolname, 'public'), e.privilege_type, e.is_grantable), ',' order by r.rolname, e.privilege_type)
      from aclexplode(${acl}) e left join pg_roles r on r.oid = e.grantee)`;

/** Each statement returns lines of text, one for each object. */
const STATEMENTS = [
  `select format('schema %s %s', n.nspname, ${RIGHTS('n.nspacl')}) as line from pg_namespace n where n.nspname ${OURS}`,
  `select format('relation %s.%s kind=%s options=%s view=%s rights=%s', n.nspname, c.relname, c.relkind, c.reloptions,
            case when c.relkind = 'v' then pg_get_viewdef(c.oid) end, ${RIGHTS('c.relacl')}) as line
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'S', 'c') and n.nspname ${OURS}`,
  `select format('column %s.%s.%s %s %s notnull=%s default=%s generated=%s%s rights=%s', n.nspname, c.relname,
            row_number() over (partition by c.oid order by a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity, ${RIGHTS('a.attacl')}) as line
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'c') and n.nspname ${OURS}`,
  `select format('constraint %s.%s %s %s', n.nspname, coalesce(c.relname, t.typname), k.conname, pg_get_constraintdef(k.oid)) as line
     from pg_constraint k join pg_namespace n on n.oid = k.connamespace
     left join pg_class c on c.oid = k.conrelid left join pg_type t on t.oid = k.contypid where n.nspname ${OURS}`,
  `select format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid) as line
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname ${OURS}`,
  `select format('function %s rights=%s', pg_get_functiondef(p.oid), ${RIGHTS('p.proacl')}) as line
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind <> 'a' and n.nspname ${OURS}`,
  `select format('trigger %s enabled=%s', pg_get_triggerdef(g.oid), g.tgenabled) as line
     from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not g.tgisinternal and n.nspname ${OURS}`,
  `select format('domain %s.%s %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)) as line
     from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and n.nspname ${OURS}`,
  `select format('published %s %s.%s %s', pubname, schemaname, tablename, attnames) as line from pg_publication_tables`,
];

/** Everything the schemas of a database consist of, as sorted lines of text, so that two databases can be compared. */
export async function catalogueOf(url: string): Promise<string[]> {
  const lines: string[] = [];
  for (const statement of STATEMENTS) {
    for (const { line } of await query<{ line: string }>(url, statement)) lines.push(line);
  }
  return lines.filter((line) => EARLIER_RECORDS.every((table) => !line.includes(`${table}`))).toSorted();
}
