/// The Java client: keys and values, watches, leases, and what an operator asks of nodes.
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
