/// Quorate beside etcd: the same load, the same machine, in turn.
@org.jspecify.annotations.NullMarked
package io.quorate.bench;
