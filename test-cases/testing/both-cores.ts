import {
  type BankAuth,
  createBankAuth,
  createTestDatabase,
  createTestRedis,
  type SpawnedProcess,
  spawnProcess,
  type TestDatabase,
} from '@core-exit/local-stack/testing';

export type CoreAnswer = { status: number; replayed: boolean; body: Record<string, unknown> };
type CoreName = 'new' | 'legacy';

/** Both cores as processes on one ledger, called over HTTP. */
export type BothCores = {
  db: TestDatabase;
  auth: BankAuth;
  urls: Record<CoreName, string>;
  /** As the customer. */
  quote(core: CoreName, account: Account): Promise<CoreAnswer>;
  pay(core: CoreName, account: Account, idempotencyKey: string, body?: object): Promise<CoreAnswer>;
  /** As a core-to-core caller, on behalf of the customer. */
  quoteAt(core: CoreName, account: Account, basis: Basis): Promise<CoreAnswer>;
  rehearse(core: CoreName, account: Account, basis?: Basis, memo?: string): Promise<CoreAnswer>;
  stop(): Promise<void>;
};
export type Account = { accountNo: string; customerId: string };
type Basis = { businessDate: string; ledgerSeq: string };

/** `taxRulesFile` gives the new core other tax rules, for example wrong ones. */
export async function startBothCores(taxRulesFile?: string): Promise<BothCores> {
  const db = await createTestDatabase();
  const auth = await createBankAuth();
  const [newCore, legacyCore] = await Promise.all([
    startNewCore(db, auth, taxRulesFile),
    spawnProcess({
      name: 'legacy-core',
      program: ['legacy-core-adapter/legacy-core/main.ts', 'serve'],
      ready: 'tcp',
      env: { DATABASE_URL: db.url('legacy_core'), LOG_LEVEL: 'warn' },
    }),
  ]);
  const adapter = await startAdapter(db, auth, legacyCore);
  const urls: Record<CoreName, string> = { new: newCore.url, legacy: adapter.url };
  const serviceToken = await auth.signToken({ sub: 'gateway', scope: 'core.rehearse' });

  const call = async (core: CoreName, path: string, token: string, request: Request): Promise<CoreAnswer> => {
    const { method = 'GET', headers = {}, body } = request;
    const response = await fetch(`${urls[core]}/v1/accounts/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const onBehalfOf = (account: Account) => ({ 'on-behalf-of': account.customerId });
  const customer = (account: Account) => auth.signToken({ sub: account.customerId });

  return {
    db,
    auth,
    urls,
    quote: async (core, account) => call(core, `${account.accountNo}/interest`, await customer(account), {}),
    pay: async (core, account, idempotencyKey, body) =>
      call(core, `${account.accountNo}/interest-payouts`, await customer(account), {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        body,
      }),
    quoteAt: (core, account, basis) =>
      call(core, `${account.accountNo}/interest?${new URLSearchParams(basis).toString()}`, serviceToken, {
        headers: onBehalfOf(account),
      }),
    rehearse: (core, account, basis, memo) =>
      call(core, `${account.accountNo}/interest-payouts/rehearsals`, serviceToken, {
        method: 'POST',
        headers: onBehalfOf(account),
        body: { basis, memo },
      }),
    async stop() {
      for (const process of [adapter, legacyCore, newCore]) await process.stop();
      await db.drop();
    },
  };
}

type Request = { method?: string; headers?: Record<string, string>; body?: object | undefined };

/** The adapter in front of a legacy core. */
function startAdapter(db: TestDatabase, auth: BankAuth, legacyCore: SpawnedProcess): Promise<SpawnedProcess> {
  return spawnProcess({
    name: 'legacy-adapter',
    program: ['legacy-core-adapter/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: db.url('legacy_adapter'),
      LEGACY_CORE_HOST: '127.0.0.1',
      LEGACY_CORE_PORT: String(legacyCore.port),
      AUTH_JWKS: auth.jwks,
      LOG_LEVEL: 'warn',
    },
  });
}

export async function startNewCore(
  db: TestDatabase,
  auth: BankAuth,
  taxRulesFile: string | undefined,
): Promise<SpawnedProcess> {
  return spawnProcess({
    name: 'interest-service',
    program: ['interest-service/src/main.ts', 'serve'],
    env: {
      DATABASE_URL: db.url('interest_service'),
      REDIS_URL: (await createTestRedis()).url,
      AUTH_JWKS: auth.jwks,
      LOG_LEVEL: 'warn',
      ...(taxRulesFile !== undefined && { TAX_RULES_FILE: taxRulesFile }),
    },
  });
}
