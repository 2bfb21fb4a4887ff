#include "tests/support/counted_new.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0};
std::atomic<std::uint64_t> bytes_in_all{0};

void note(std::size_t bytes) {
    count.fetch_add(1, std::memory_order_relaxed);
    bytes_in_all.fetch_add(bytes, std::memory_order_relaxed);
}

void* counted(std::size_t bytes) {
    note(bytes);
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
    throw std::bad_alloc{};
}

}  // namespace

std::uint64_t tickweir::tests::allocations() {
    return count.load(std::memory_order_relaxed);
}
std::uint64_t tickweir::tests::allocated_bytes() {
    return bytes_in_all.load(std::memory_order_relaxed);
}

// The array forms of the library call these; the sanitizers' nothrow ones would not.
void* operator new(std::size_t bytes) {
    return counted(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    note(bytes);
    const auto align = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align))
        return memory;
    throw std::bad_alloc{};
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    note(bytes);
    return std::malloc(bytes == 0 ? 1 : bytes);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
