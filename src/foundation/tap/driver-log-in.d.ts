/** The driver's own half of a SCRAM exchange. Each step leaves what is to be sent in `response`. */
declare module 'pg/lib/crypto/sasl.js' {
  export interface SaslSession {
    readonly mechanism: string;
    readonly response: string;
  }
  const sasl: {
    startSession(mechanisms: readonly string[]): SaslSession;
    continueSession(session: SaslSession, password: string, serverData: string): Promise<void>;
    finalizeSession(session: SaslSession, serverData: string): void;
  };
  export default sasl;
}

declare module 'pg/lib/crypto/utils.js' {
  const utils: {
    postgresMd5PasswordHash(user: string, password: string, salt: Buffer): Promise<string>;
  };
  export default utils;
}
