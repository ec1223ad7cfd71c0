"""The yardstick of bench_recommend: scipy's sparse product X'X of the matrix of members and videos.

usage: bench_recommend.py FILE MEMBERS VIDEOS     FILE: 8-byte offsets of the members' rows and one
                                                  more, then 4-byte videos, as the machine has them
Prints the seconds that the product takes.
"""
import sys
import time

import numpy
import scipy.sparse

path, members, videos = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
offsets = numpy.fromfile(path, dtype=numpy.int64, count=members + 1)
columns = numpy.fromfile(path, dtype=numpy.int32, offset=offsets.nbytes)
ones = numpy.ones(len(columns), dtype=numpy.float32)
matrix = scipy.sparse.csr_matrix((ones, columns, offsets), shape=(members, videos))
transposed = matrix.T.tocsr()
began = time.monotonic()
product = transposed @ matrix
print(time.monotonic() - began)
