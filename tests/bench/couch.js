// The yardstick of bench_changes: the same documents through CouchDB-style sync. A server (PouchDB behind
// express-pouchdb, on LevelDB) in a process of its own, a replica (PouchDB on LevelDB) in another, over loopback.
//   node couch.js DOCUMENTS          prints {"live_seconds": …, "reconnect_seconds": …, "documents": …}
// DOCUMENTS: one JSON object a line. Run by .ci/bench-couch, which installs what is required here beside the results.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { fork } = require('child_process');
const PouchDB = require('pouchdb');

const atOnce = 100; // documents a writer hands in at once, as the console does

function serve(folder) {
  const express = require('express');
  const app = express();
  const Here = PouchDB.defaults({ prefix: folder + path.sep });
  app.use('/', require('express-pouchdb')(Here, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: os.devNull }));
  const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}

async function hand(db, documents) {
  for (let i = 0; i < documents.length; i += atOnce) {
    const answers = await db.bulkDocs(documents.slice(i, i + atOnce));
    if (answers.some((answer) => !answer.ok)) throw new Error('a document was refused');
  }
}

const seconds = (from) => Number(process.hrtime.bigint() - from) / 1e9;

// A replica that is connected while another client writes.
async function live(remote, replica, documents) {
  const all = new Promise((resolve, reject) => {
    let came = 0;
    const sync = replica.replicate.from(remote, { live: true });
    sync.on('change', (info) => {
      came += info.docs.length;
      if (came >= documents.length) { sync.cancel(); resolve(); }
    });
    sync.on('error', reject);
  });
  await new Promise((resolve) => setTimeout(resolve, 1000)); // connected
  const start = process.hrtime.bigint();
  await hand(remote, documents);
  await all;
  return seconds(start);
}

async function main(file) {
  const documents = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => {
    const { id, ...rest } = JSON.parse(line);
    return { _id: id, ...rest };
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'leeward-couch-'));
  const server = fork(__filename, ['--serve', folder]);
  try {
    const { port } = await new Promise((resolve, reject) => {
      server.once('message', resolve);
      server.once('exit', () => reject(new Error('the server ended')));
    });
    const at = (name) => new PouchDB(`http://127.0.0.1:${port}/${name}`);
    const here = (name) => new PouchDB(path.join(folder, name));
    const first = here('live-replica');
    const liveSeconds = await live(at('live'), first, documents);
    const away = at('away');
    const second = here('away-replica');
    await away.put({ _id: 'known' });
    await second.replicate.from(away);
    await hand(away, documents); // while the replica is away
    const start = process.hrtime.bigint();
    await second.replicate.from(away);
    const reconnectSeconds = seconds(start);
    const counts = await Promise.all([first, second].map(async (db) => (await db.info()).doc_count));
    const equal = counts[0] === documents.length && counts[1] === documents.length + 1;
    process.stdout.write(JSON.stringify({ documents: documents.length, live_seconds: liveSeconds,
      reconnect_seconds: reconnectSeconds, equal, pouchdb: PouchDB.version || require('pouchdb/package.json').version }) + '\n');
  } finally {
    server.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--serve') serve(process.argv[3]);
else main(process.argv[2]).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
