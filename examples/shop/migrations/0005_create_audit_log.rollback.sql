DROP TRIGGER payments_audit ON payments;
DROP FUNCTION write_audit_log();
DROP TABLE audit_log;
