/// Links between nodes, over TCP.
@NullMarked
package io.quorate.server.net;

import org.jspecify.annotations.NullMarked;
