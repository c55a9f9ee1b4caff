// A stand-in for a process of the function app: what the environment asks of one, and nothing else.
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
let asked = 0;
const server = http.createServer((request, response) => {
  response.statusCode = request.url === "/api/health/ready" && mode !== "starts forever" && ++asked > 1 ? 200 : 503;
  response.end();
});
server.listen(Number(process.env.LocalRuntime__HttpPort), "127.0.0.1", () => {
  const file = process.env.LocalRuntime__AddressFile;
  fs.writeFileSync(`${file}.tmp`, `http://127.0.0.1:${server.address().port}\n`);
  fs.renameSync(`${file}.tmp`, file);
});
