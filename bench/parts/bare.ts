import { createServer } from 'node:http';

// What every ratio is to: a handler that answers a constant of the given size.
const answer = Buffer.alloc(Number(process.argv[2] ?? 1000), 'x');
const server = createServer((_request, response) => {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.byteLength })
    .end(answer);
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${JSON.stringify(server.address())}`));
