package io.quorate.consensus.wire;

/// The one byte form of a kind of value. `read(write(x))` equals `x`.
public interface Codec<T> {
  void write(T value, WireWriter out);

  /// Reads one value and leaves the reader behind it.
  ///
  /// @throws MalformedException if the bytes are no such value
  T read(WireReader in) throws MalformedException;

  /// The value alone, as bytes of its own.
  default Bytes encode(T value) {
    var out = new WireWriter();
    write(value, out);
    return out.toBytes();
  }

  /// The value that all of `bytes` stands for.
  ///
  /// @throws MalformedException also if anything stands behind the value
  default T decode(Bytes bytes) throws MalformedException {
    var in = new WireReader(bytes);
    var value = read(in);
    in.expectEnd();
    return value;
  }
}
