/// Watches over the time of leases.
@NullMarked
package io.quorate.node.lease;

import org.jspecify.annotations.NullMarked;
