/// All of a node but sockets, files and threads: its groups, what it says to other nodes, and the
/// etcd services as plain asynchronous calls.
///
/// A node belongs to one loop. Whatever happens (a message, a request, a finished flush) is taken
/// in by a call that only queues; then one turn handles all of it.
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
