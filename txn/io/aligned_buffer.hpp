// Memory for direct input and output: a block whose address and length fit the disk's.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

#include "txn/io/file.hpp"

namespace tickweir::txn::io {

/// Zeroed bytes at a multiple of `direct_alignment`; the length is rounded up to one. Allocates
/// once.
class AlignedBuffer {
public:
    explicit AlignedBuffer(std::size_t bytes)
        : length_((bytes + direct_alignment - 1) / direct_alignment * direct_alignment),
          memory_(new (std::align_val_t{direct_alignment}) std::byte[length_]{}) {}

    std::span<std::byte> bytes() { return {memory_.get(), length_}; }
    std::span<const std::byte> bytes() const { return {memory_.get(), length_}; }

private:
    struct Free {
        void operator()(std::byte* memory) const {
            ::operator delete[](memory, std::align_val_t{direct_alignment});
        }
    };

    std::size_t length_;
    std::unique_ptr<std::byte[], Free> memory_;
};

}  // namespace tickweir::txn::io
