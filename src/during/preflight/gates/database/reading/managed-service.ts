/** A query part: which managed service this is, by the role that stands in for the superuser there; null for none known. */
export const managedServiceSql = `(SELECT CASE r.rolname WHEN 'rds_superuser' THEN 'Amazon RDS'
    WHEN 'cloudsqlsuperuser' THEN 'Cloud SQL' WHEN 'azure_pg_admin' THEN 'Azure' WHEN 'alloydbsuperuser' THEN 'AlloyDB' END
  FROM pg_catalog.pg_roles r
  WHERE r.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'alloydbsuperuser') ORDER BY r.rolname LIMIT 1)`;

/** A query part: whether this role sees statistics and sessions of everybody. */
export const seesAllSql = `pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')`;
