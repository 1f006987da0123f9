import { ChangeSafetyError } from '../../model/change-safety-error.js';
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
  if (tenants.kind === 'schema') {
    throw usage(
      `The tenants of ${base} are schemas of one database, which is not supported yet: nothing is done there.`,
      'Name one of them in the connection string of a target of its own: options=-csearch_path=NAME. Tenants that are databases are supported.',
    );
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
  const at = (url: string): string => atDatabase(url, tenant);
  const { url, directUrl, replicas } = target;
  return {
    ...target,
    url: at(url),
    directUrl: directUrl === null ? null : at(directUrl),
    replicas: replicas.map(at),
    tenants: null,
  };
}

/** The same server, another database. What comes last in a connection string holds. Pure. */
export function atDatabase(url: string, database: string): string {
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    return `${url}${url.includes('?') ? '&' : '?'}dbname=${encodeURIComponent(database)}`;
  }
  return `${url} dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function usage(message: string, remedy: string): ChangeSafetyError {
  return new ChangeSafetyError({ code: 'usage', message, remedy, effect: 'none' });
}
