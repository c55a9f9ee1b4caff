// A stand-in for a process of the function app: what the environment and the demo ask of one, and nothing else.
const fs = require("fs");
const http = require("http");
const mode = process.env.STUB_MODE;
if (mode === "dies") {
  console.error("storage account is on fire");
  process.exit(7);
}

console.log(`connection ${process.env.AzureWebJobsStorage}`);
console.log(`state ${process.env.LocalRuntime__StateFolder} parent ${process.env.LocalRuntime__ParentProcessId}`);
process.on("SIGTERM", () => {
  console.log("drained");
  process.exit(0);
});

const progress = { chunksDone: 2, chunksTotal: 4, chunksFailed: 0, recordsDone: 20, recordsTotal: 40, recordsRejected: 0 };
const run = { id: "r1", pipeline: "flight-delays", generation: 1, stages: [], failures: [] };
const result =
  '{"flights":40,"meanDelayMinutes":1.50,"shareDelayedOver15":0.25,"rejectedRecords":0,' +
  '"airports":[{"origin":"SEA","flights":40,"meanDelayMinutes":1.50,"shareDelayedOver15":0.25,"maxDelayMinutes":99}],' +
  '"months":[{"month":"2001-01","flights":40,"meanDelayMinutes":1.50}]}';

function status(poll) {
  if (mode === "never ends" || poll < 3) {
    return JSON.stringify({ ...run, state: "running", progress });
  }

  const done = { ...progress, chunksDone: 4, recordsDone: 40 };
  return mode === "fails"
    ? JSON.stringify({ ...run, state: "failed", progress: done, failures: [{ code: "CEL0311", message: "too many [rejects]" }] })
    : JSON.stringify({ ...run, state: "succeeded", progress: done, result: "RESULT" }).replace('"RESULT"', result);
}

let asked = 0;
let polls = 0;
const server = http.createServer((request, response) => {
  const answer = (code, body) => {
    response.writeHead(code, { "content-type": "application/json" });
    response.end(body);
  };
  if (request.url === "/recycle") {
    response.on("finish", () => process.exit(200));
    answer(202);
  } else if (request.url === "/api/health/ready") {
    answer(mode !== "starts forever" && ++asked > 1 ? 200 : 503);
  } else if (request.method === "POST" && request.url === "/api/pipelines/flight-delays") {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      console.log(`started ${body}`);
      return mode === "refuses"
        ? answer(400, '{"code":"CEL0203","detail":"No such container."}')
        : answer(202, '{"id":"r1","statusUrl":"/api/runs/r1"}');
    });
  } else if (request.url === "/api/runs/r1?wait=0.25") {
    answer(200, status(++polls));
  } else {
    answer(404, "{}");
  }
});
server.listen(Number(process.env.LocalRuntime__HttpPort), "127.0.0.1", () => {
  const file = process.env.LocalRuntime__AddressFile;
  fs.writeFileSync(`${file}.tmp`, `http://127.0.0.1:${server.address().port}\n`);
  fs.renameSync(`${file}.tmp`, file);
});
