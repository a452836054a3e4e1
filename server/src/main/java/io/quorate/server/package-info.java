/// The thin layer that makes a node a process: sockets, files, threads.
@NullMarked
package io.quorate.server;

import org.jspecify.annotations.NullMarked;
