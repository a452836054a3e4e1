package io.quorate.node.watch;

import io.quorate.consensus.wire.Bytes;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Values by ranges of keys: finds all in whose range a key lies, in a time that grows with the
/// logarithm of their number and with what is found.
///
/// An AVL tree by where ranges begin, each node of which knows the furthest end below it (Cormen et
/// al., "Introduction to Algorithms", interval trees).
final class IntervalTree<V> {
  private static final class Node<V> {
    final Bytes from;
    final @Nullable Bytes to;
    final Set<V> values = new LinkedHashSet<>(1);
    @Nullable Node<V> left;
    @Nullable Node<V> right;
    int height = 1;

    /// The furthest end in this subtree; null if one has none.
    @Nullable Bytes furthest;

    Node(Bytes from, @Nullable Bytes to) {
      this.from = from;
      this.to = to;
      this.furthest = to;
    }
  }

  private @Nullable Node<V> root;

  /// @param to the first key that no longer belongs to the range; null if all do
  void add(Bytes from, @Nullable Bytes to, V value) {
    root = add(root, from, to, value);
  }

  /// Takes back what was added with the same range.
  void remove(Bytes from, @Nullable Bytes to, V value) {
    root = remove(root, from, to, value);
  }

  boolean isEmpty() {
    return root == null;
  }

  /// Shows the values of all ranges in which a key lies.
  void forEach(Bytes key, Consumer<? super V> found) {
    forEach(root, key, found);
  }

  private static <V> void forEach(@Nullable Node<V> node, Bytes key, Consumer<? super V> found) {
    if (node == null || isBefore(node.furthest, key)) {
      return;
    }
    forEach(node.left, key, found);
    if (node.from.compareTo(key) <= 0) {
      if (!isBefore(node.to, key)) {
        node.values.forEach(found);
      }
      forEach(node.right, key, found);
    }
  }

  /// Whether a range ends before a key.
  private static boolean isBefore(@Nullable Bytes end, Bytes key) {
    return end != null && end.compareTo(key) <= 0;
  }

  private static int compareEnds(@Nullable Bytes a, @Nullable Bytes b) {
    if (a == null) {
      return b == null ? 0 : 1;
    }
    return b == null ? -1 : a.compareTo(b);
  }

  private static <V> int compare(Bytes from, @Nullable Bytes to, Node<V> node) {
    int order = from.compareTo(node.from);
    return order != 0 ? order : compareEnds(to, node.to);
  }

  private static <V> Node<V> add(@Nullable Node<V> node, Bytes from, @Nullable Bytes to, V value) {
    if (node == null) {
      var made = new Node<V>(from, to);
      made.values.add(value);
      return made;
    }
    int order = compare(from, to, node);
    if (order == 0) {
      node.values.add(value);
      return node;
    } else if (order < 0) {
      node.left = add(node.left, from, to, value);
    } else {
      node.right = add(node.right, from, to, value);
    }
    return balanced(node);
  }

  private static <V> @Nullable Node<V> remove(
      @Nullable Node<V> node, Bytes from, @Nullable Bytes to, V value) {
    if (node == null) {
      return null;
    }
    int order = compare(from, to, node);
    if (order < 0) {
      node.left = remove(node.left, from, to, value);
    } else if (order > 0) {
      node.right = remove(node.right, from, to, value);
    } else {
      node.values.remove(value);
      return node.values.isEmpty() ? without(node) : node;
    }
    return balanced(node);
  }

  private static <V> @Nullable Node<V> without(Node<V> gone) {
    if (gone.left == null || gone.right == null) {
      return gone.left == null ? gone.right : gone.left;
    }
    var next = gone.right;
    while (next.left != null) {
      next = next.left;
    }
    next.right = withoutFirst(gone.right);
    next.left = gone.left;
    return balanced(next);
  }

  private static <V> @Nullable Node<V> withoutFirst(Node<V> node) {
    if (node.left == null) {
      return node.right;
    }
    node.left = withoutFirst(node.left);
    return balanced(node);
  }

  private static <V> int height(@Nullable Node<V> node) {
    return node == null ? 0 : node.height;
  }

  private static <V> Node<V> balanced(Node<V> node) {
    int lean = height(node.left) - height(node.right);
    if (lean > 1 && node.left != null) {
      if (height(node.left.left) < height(node.left.right)) {
        node.left = leftwards(node.left);
      }
      return rightwards(node);
    } else if (lean < -1 && node.right != null) {
      if (height(node.right.right) < height(node.right.left)) {
        node.right = rightwards(node.right);
      }
      return leftwards(node);
    }
    return settled(node);
  }

  /// The right child in the node's place.
  private static <V> Node<V> leftwards(Node<V> node) {
    var up = node.right;
    if (up == null) {
      return node;
    }
    node.right = up.left;
    up.left = settled(node);
    return settled(up);
  }

  /// The left child in the node's place.
  private static <V> Node<V> rightwards(Node<V> node) {
    var up = node.left;
    if (up == null) {
      return node;
    }
    node.left = up.right;
    up.right = settled(node);
    return settled(up);
  }

  private static <V> Node<V> settled(Node<V> node) {
    node.height = 1 + Math.max(height(node.left), height(node.right));
    var furthest = node.to;
    if (node.left != null && compareEnds(node.left.furthest, furthest) > 0) {
      furthest = node.left.furthest;
    }
    if (node.right != null && compareEnds(node.right.furthest, furthest) > 0) {
      furthest = node.right.furthest;
    }
    node.furthest = furthest;
    return node;
  }
}
