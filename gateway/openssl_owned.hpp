// OpenSSL's objects with an owner.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace tickweir::gateway {

template <class T, void (*free)(T*)>
struct FreeBy {
    void operator()(T* owned) const { free(owned); }
};

template <class T, void (*free)(T*)>
using OwnedBy = std::unique_ptr<T, FreeBy<T, free>>;

/// BIO_free answers whether it was freed, so it is no deleter by itself.
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};

using OwnedBio = std::unique_ptr<BIO, FreeBio>;
using OwnedKey = OwnedBy<EVP_PKEY, EVP_PKEY_free>;
using OwnedCertificate = OwnedBy<X509, X509_free>;

}  // namespace tickweir::gateway
