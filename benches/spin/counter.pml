/* The shared counter without protection: N workers, each K times `counter = counter + 1`.
   A transition is a load (d_step 1) or a store (d_step 2); the loop and the end belong to the store.
   `ended` follows from where the workers stand, so it adds no states. Takes -DN and -DK; each final value is printed once. */
c_decl { static unsigned char shown[65536]; };

#if N * K > 255
#define VALUE short
#else
#define VALUE byte
#endif

VALUE counter;
byte ended;

active [N] proctype Worker() {
  byte i;
  VALUE found;
end:
  do
  :: d_step { i < K -> found = counter };
     d_step {
       counter = found + 1; found = 0; i++;
       if
       :: i == K ->
          ended++;
          if
          :: ended == N -> c_code {
               if (!shown[now.counter]) { shown[now.counter] = 1; printf("outcome %d\n", now.counter); } }
          :: else
          fi
       :: else
       fi
     }
  od
}
