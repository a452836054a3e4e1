/// The Java client: keys and values, and the state of nodes.
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
