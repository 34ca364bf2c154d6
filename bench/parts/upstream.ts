import { createServer } from 'node:http';

// A bare tool: 1 KB of JSON, or 10 MiB in pieces.
const small = Buffer.from(JSON.stringify({ text: 'x'.repeat(1010) }));
const piece = Buffer.alloc(64 * 1024, 'x');
const PIECES = 160;

const server = createServer((request, response) => {
  if (request.url !== '/big') {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': small.byteLength })
      .end(small);
    return;
  }
  response.writeHead(200, { 'content-length': piece.byteLength * PIECES });
  let left = PIECES;
  const more = () => {
    while (left > 0) {
      left -= 1;
      if (!response.write(piece)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${JSON.stringify(server.address())}`));
