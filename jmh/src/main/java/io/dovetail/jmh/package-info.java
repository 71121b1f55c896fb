/**
 * Benchmarks of the kernels. Each compares the backends on the same seeded data, and checks in its set-up that they
 * agree.
 */
@NullMarked
package io.dovetail.jmh;

import org.jspecify.annotations.NullMarked;
