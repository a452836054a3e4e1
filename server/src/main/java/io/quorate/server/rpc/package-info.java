/// The port that clients talk to: gRPC and plain HTTP on one socket.
@NullMarked
package io.quorate.server.rpc;

import org.jspecify.annotations.NullMarked;
