// The floor of decoding that is of use: every field of a message read, and its bytes turned.
#pragma once

#include <cstdint>
#include <cstring>

#include "codecs/itch/layout.hpp"

namespace tickweir::bench {

/// A visitor that adds up all fields of what it is shown.
struct EveryField {
    std::uint64_t sum = 0;
    template <class Message>
    void operator()(const Message& message) {
        codecs::itch::for_each_field<Message>([&](const auto& field) {
            const auto& value = message.*field.member;
            if constexpr (requires { std::uint64_t{value}; }) {
                sum += std::uint64_t{value};
            } else if constexpr (sizeof value == 8) {
                std::uint64_t text;
                std::memcpy(&text, &value, 8);
                sum += text;
            } else if constexpr (sizeof value == 4) {
                std::uint32_t text;
                std::memcpy(&text, &value, 4);
                sum += text;
            } else {
                unsigned char first;
                std::memcpy(&first, &value, 1);
                sum += first;
            }
        });
    }
};

}  // namespace tickweir::bench
