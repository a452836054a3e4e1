// The client etcd3 against the empty servers whose URLs are the first argument, in all parts at once.
// Prints the name of each part that holds; what does not hold ends it with an exit code.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Etcd3, EtcdLeaseInvalidError, EtcdLockFailedError } from 'etcd3';

const hosts = process.argv[2].split(',');
const one = new Etcd3({ hosts });
const other = new Etcd3({ hosts });

/** Waits until `holds` does, for at most ten seconds. */
async function eventually(what, holds) {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `never: ${what}`);
    await sleep(20);
  }
}

async function keys() {
  assert.equal(await one.get('missing'), null);
  await one.put('k/word').value('hello');
  await one.put('k/number').value(42);
  await one.put('k/object').value(JSON.stringify({ a: [1, 2] }));
  await one.put('k/bytes').value(Buffer.from([0, 255]));
  assert.equal(await other.get('k/word').string(), 'hello');
  assert.equal(await other.get('k/word').serializable(false).exists(), true);
  assert.equal(await other.get('k/number').number(), 42);
  assert.deepEqual(await other.get('k/object').json(), { a: [1, 2] });
  assert.deepEqual(await other.get('k/bytes').buffer(), Buffer.from([0, 255]));

  const all = other.getAll().prefix('k/');
  assert.deepEqual(await all.keys(), ['k/bytes', 'k/number', 'k/object', 'k/word']);
  assert.equal(await other.getAll().prefix('k/').count(), 4);
  assert.deepEqual(
    await other.getAll().prefix('k/').sort('Create', 'Descend').limit(2).keys(),
    ['k/bytes', 'k/object'],
  );
  assert.deepEqual(await one.namespace('k/').getAll().inRange({ start: 'n', end: 'o' }).strings(), {
    number: '42',
  });

  const { kvs: [before] } = await one.get('k/word').exec();
  await one.put('k/word').value('bye');
  assert.equal(await one.get('k/word').revision(before.mod_revision).string(), 'hello');
  assert.equal((await one.delete().key('k/word')).deleted, '1');
  assert.deepEqual((await one.delete().prefix('k/').getPrevious()).map(kv => kv.key.toString()), [
    'k/bytes',
    'k/number',
    'k/object',
  ]);
  assert.equal(await other.getAll().prefix('k/').count(), 0);
}

async function transactions() {
  const create = value =>
    one
      .if('t', 'Create', '==', 0)
      .then(one.put('t').value(value))
      .else(one.get('t'))
      .commit();
  assert.equal((await create('first')).succeeded, true);
  const second = await create('second');
  assert.equal(second.succeeded, false);
  assert.equal(second.responses[0].response_range.kvs[0].value.toString(), 'first');
}

async function watches() {
  const seen = [];
  const watcher = await one.watch().prefix('w/').withPreviousKV().create();
  watcher.on('put', (kv, previous) =>
    seen.push(`put ${kv.key} ${kv.value} ${previous?.value ?? 'new'}`),
  );
  watcher.on('delete', (kv, previous) => seen.push(`delete ${kv.key} ${previous.value}`));
  const first = (await other.put('w/a').value('1')).header.revision;
  await other.put('elsewhere').value('x');
  await other.put('w/a').value('2');
  await other.put('w/b').value('3');
  await other.delete().key('w/a');
  const events = ['put w/a 1 new', 'put w/a 2 1', 'put w/b 3 new', 'delete w/a 2'];
  await eventually('four events', () => seen.length >= 4);
  assert.deepEqual(seen, events);

  // From the past, on the same stream, and of deletions alone.
  const past = [];
  const later = await one.watch().prefix('w/').startRevision(first).only('delete').create();
  later.on('data', response => past.push(...response.events));
  await eventually('the deletion of the past', () => past.length >= 1);

  await watcher.cancel();
  await other.delete().key('w/b');
  await eventually('the deletion by the other watch', () => past.length >= 2);
  assert.deepEqual(
    past.map(event => `${event.type} ${event.kv.key}`),
    ['Delete w/a', 'Delete w/b'],
  );
  assert.deepEqual(seen, events, 'nothing comes once a watch was cancelled');
  await later.cancel();
}

async function leases() {
  const kept = one.lease(3);
  const left = one.lease(3, { autoKeepAlive: false });
  let renewals = 0;
  kept.on('keepaliveSucceeded', () => renewals++);
  await kept.put('l/kept').value('x');
  await left.put('l/left').value('x');
  assert.equal((await kept.keepaliveOnce()).TTL, '3');
  assert.deepEqual(await other.getAll().prefix('l/').keys(), ['l/kept', 'l/left']);
  await eventually('the end of the lease that is not kept', async () =>
    (await other.get('l/left')) === null);
  assert.equal(await other.get('l/kept'), 'x');
  assert.ok(renewals >= 2, `renewed ${renewals} times`);

  const loss = once(left, 'lost');
  await assert.rejects(left.keepaliveOnce(), EtcdLeaseInvalidError);
  await loss;
  await kept.revoke();
  assert.equal(await other.get('l/kept'), null);
}

async function locks() {
  const lock = await one.lock('lock').ttl(10).acquire();
  await assert.rejects(other.lock('lock').acquire(), EtcdLockFailedError);
  await lock.release();

  let inside = 0;
  let entered = 0;
  const worker = async client => {
    for (let done = 0; done < 5; ) {
      try {
        await client.lock('lock').do(async () => {
          assert.equal(++inside, 1, 'one at a time');
          await sleep(5);
          inside--;
        });
        done++;
        entered++;
      } catch (e) {
        if (!(e instanceof EtcdLockFailedError)) throw e;
      }
    }
  };
  await Promise.all([worker(one), worker(other)]);
  assert.equal(entered, 10);
  assert.equal(await one.get('lock'), null);
}

async function softwareTransactions() {
  await one.put('sum').value(0);
  let tries = 0;
  const worker = async client => {
    for (let i = 0; i < 10; i++) {
      await client.stm({ retries: 1000 }).transact(async tx => {
        tries++;
        await tx.put('sum').value((await tx.get('sum').number()) + 1);
      });
    }
  };
  await Promise.all([worker(one), worker(other), worker(one), worker(other)]);
  assert.equal(await other.get('sum').number(), 40);
  assert.ok(tries > 40, 'some met others');
}

const parts = [keys, transactions, watches, leases, locks, softwareTransactions];
await Promise.all(parts.map(async part => {
  await part();
  console.log(part.name);
}));
one.close();
other.close();
process.exit(); // etcd3 may leave a timer of a lease that was revoked
