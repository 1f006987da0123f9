import { ChangeSafetyError } from '../../model/change-safety-error.js';
import type { TenantPlace, TenantSettings } from '../../model/target-settings.js';
import type { TargetConfig } from './config.js';

/** `shop/acme`: the tenant acme of the target shop. A name without a slash means no tenant. */
export function splitTenant(name: string): { readonly target: string; readonly tenant: string | null } {
  const at = name.indexOf('/');
  return at < 0 ? { target: name, tenant: null } : { target: name.slice(0, at), tenant: name.slice(at + 1) };
}

/**
 * A target with tenants stands for one of them only when that is named.
 * @throws ChangeSafetyError `usage` when it is not, or when there is no such tenant.
 */
export function tenantTarget(name: string, target: TargetConfig): TargetConfig {
  const { target: base, tenant } = splitTenant(name);
  const { tenants } = target;
  if (tenants === null) {
    if (tenant === null) return target;
    throw usage(`The target ${base} has no tenants.`, `Name it as ${base}.`);
  }
  if (tenant === null) {
    throw usage(
      `The target ${base} stands for several tenants.`,
      `Name one: ${base}/${tenants.names?.[0] ?? 'NAME'}. \`lockkeeper apply --target ${base}\` applies to all of them, one after another.`,
    );
  }
  if (tenants.names !== null && !tenants.names.includes(tenant)) {
    throw usage(`The target ${base} has no tenant ${tenant}.`, `Use one of ${tenants.names.join(', ')}.`);
  }
  if (tenants.kind === 'schema') {
    const place = placeOf(base, tenant, tenants);
    return { ...everywhere(target, (url) => atSchema(url, place)), tenant: place };
  }
  return everywhere(target, (url) => atDatabase(url, tenant));
}

function everywhere(target: TargetConfig, at: (url: string) => string): TargetConfig {
  const { url, directUrl, replicas } = target;
  return {
    ...target,
    url: at(url),
    directUrl: directUrl === null ? null : at(directUrl),
    replicas: replicas.map(at),
    tenants: null,
  };
}

const longestNameBytes = 63;

function placeOf(base: string, schema: string, { searchPath }: TenantSettings): TenantPlace {
  const reserved = /^pg_|^information_schema$|^lockkeeper(?:_keep)?$|^\$user$/.test(schema);
  if (reserved || new TextEncoder().encode(schema).length > longestNameBytes) {
    throw usage(
      `The tenant ${schema} of ${base} cannot be a schema of its own: ${reserved ? 'the name means another one' : `a name has at most ${longestNameBytes} bytes`}.`,
      'Correct the names of the tenants.',
    );
  }
  return { schema, searchPath: [...new Set([schema, ...searchPath])] };
}

/** The same server, another database. What comes last in a connection string holds. Pure. */
export function atDatabase(url: string, database: string): string {
  return withParameter(url, 'dbname', database);
}

/** The same database, with the tenant's schema first in the search path of every session. Pure. */
export function atSchema(url: string, { searchPath }: TenantPlace): string {
  return withParameter(url, 'lockkeeper_search_path', JSON.stringify(searchPath));
}

function withParameter(url: string, name: string, value: string): string {
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    return `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
  }
  return `${url} ${name}='${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
