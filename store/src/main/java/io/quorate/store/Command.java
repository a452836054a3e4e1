package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.Optional;

/// A command as a batch carries it: a type, four seats, and the request as its client encoded it.
///
/// The seats are there from the first version of the format on, and 0 while nothing uses them.
///
/// @param session the client's identity
/// @param sequence the command's number in the session
/// @param acknowledged every answer up to this number has reached the client
/// @param authRevision of the users and roles by which the command was let in
public record Command(
    Type type, long session, long sequence, long acknowledged, long authRevision, Bytes request) {

  /// What a command asks for. Numbers are for ever: 32–63 for users and roles.
  public enum Type {
    PUT(1),
    DELETE_RANGE(2),
    TXN(3),
    COMPACT(4),
    LEASE_GRANT(5),
    LEASE_REVOKE(6),
    /// A node begins to watch over the time of leases.
    BECOME_LESSOR(7),
    ALARM(8),
    /// The time of some leases is over.
    LEASE_EXPIRE(9),
    /// The nodes that the cluster begins with; takes effect once.
    DIRECTORY(16),
    /// What one node tells of itself at each start.
    PUBLISH(17);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    private static Type of(int number) throws MalformedException {
      return switch (number) {
        case 1 -> PUT;
        case 2 -> DELETE_RANGE;
        case 3 -> TXN;
        case 4 -> COMPACT;
        case 5 -> LEASE_GRANT;
        case 6 -> LEASE_REVOKE;
        case 7 -> BECOME_LESSOR;
        case 8 -> ALARM;
        case 9 -> LEASE_EXPIRE;
        case 16 -> DIRECTORY;
        case 17 -> PUBLISH;
        default -> throw new MalformedException("no command has type " + number);
      };
    }
  }

  /// A command of nobody's session.
  public static Command of(Type type, Bytes request) {
    return new Command(type, 0, 0, 0, 0, request);
  }

  public Bytes encode() {
    var out = new WireWriter(1 + 4 * 10 + request.length());
    out.u8(type.number);
    out.varint(session);
    out.varint(sequence);
    out.varint(acknowledged);
    out.varint(authRevision);
    out.raw(request);
    return Bytes.of(out.array(), 0, out.length());
  }

  /// What an encoded command asks for; nothing if no version that this one knows wrote the bytes.
  public static Optional<Type> typeOf(Bytes command) {
    try {
      return Optional.of(Type.of(new WireReader(command).u8()));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  /// @throws MalformedException if no version that this one knows wrote the bytes
  static Command decode(Bytes bytes) throws MalformedException {
    var in = new WireReader(bytes);
    return new Command(
        Type.of(in.u8()),
        in.varint(),
        in.varint(),
        in.varint(),
        in.varint(),
        in.raw(in.remaining()));
  }
}
