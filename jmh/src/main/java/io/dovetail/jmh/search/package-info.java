/** Search beside other libraries of the JVM: JVector and Lucene. */
@NullMarked
package io.dovetail.jmh.search;

import org.jspecify.annotations.NullMarked;
