/// The services that etcd's clients call, as plain asynchronous calls on the node's loop.
@NullMarked
package io.quorate.node.etcd;

import org.jspecify.annotations.NullMarked;
