import { readFileSync } from 'node:fs';
import { connect } from '@core-exit/interest-service/payout-path';
import { payByDriver } from './by-driver.ts';

/** Pays account after account with the driver alone, as fast as possible; prints payouts and CPU as JSON. */
const [url = '', accountsFile = '', seconds = '1', clients = '1', round = '0'] = process.argv.slice(2);
const accounts = readFileSync(accountsFile, 'utf8').trimEnd().split('\n');
const source = await connect(url, 'bench-driver');
let next = 0;
let payouts = 0;
const cpu = process.cpuUsage();
const until = performance.now() + Number(seconds) * 1_000;
await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    while (performance.now() < until && next < accounts.length) {
      const [accountNo = '', , customerId = ''] = accounts[next++]?.split(' ') ?? [];
      await payByDriver(source, { accountNo, customerId, key: `driver-${round}-${accountNo}` });
      payouts += 1;
    }
  }),
);
const { user, system } = process.cpuUsage(cpu);
await source.destroy();
process.stdout.write(`${JSON.stringify({ payouts, cpuUs: user + system })}\n`);
