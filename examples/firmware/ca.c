/* ca.c: whom the program trusts, as DER. The build names the file. */

__asm__(".section .rodata.ca, \"a\", %progbits\n"
        ".global ca_der, ca_der_end\n"
        "ca_der: .incbin \"" CA_FILE "\"\n"
        "ca_der_end:\n");
